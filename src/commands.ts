/** Ids of our commands: `sregistry-globus:verb-noun`. */
export namespace CommandIDs {
  export const showPanel = 'sregistry-globus:show-panel';
  export const connectAccount = 'sregistry-globus:connect-account';
  export const disconnectAccount = 'sregistry-globus:disconnect-account';
  export const refreshImages = 'sregistry-globus:refresh-images';
  export const sendImages = 'sregistry-globus:send-images';
  export const sendFiles = 'sregistry-globus:send-files';
  export const copyReferences = 'sregistry-globus:copy-references';
  export const showImage = 'sregistry-globus:show-image';
  export const clearTransfers = 'sregistry-globus:clear-transfers';
}
