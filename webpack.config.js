// Module ids by order: by default they depend on the folder's name, and so would the bundle.
module.exports = { optimization: { moduleIds: 'natural' } };
