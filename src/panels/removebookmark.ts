import type { TranslationBundle } from '@jupyterlab/translation';
import type { Bookmark } from '../api/schema';
import type { EndpointsModel } from '../models/endpoints';
import type { ISRegistryGlobus } from '../tokens';
import { printable } from '../words';
import { offerUndo } from './undo';

/** Delete a bookmark from the user's account, and offer to create it again. */
export async function removeBookmark(
  bookmark: Bookmark,
  model: EndpointsModel,
  app: Pick<ISRegistryGlobus, 'account'>,
  trans: TranslationBundle
): Promise<void> {
  const identityId = () => app.account.account?.identity?.id;
  const owner = identityId();
  if (!(await model.deleteBookmark(bookmark.id))) {
    return;
  }
  offerUndo(
    trans.__('Removed the bookmark %1.', printable(bookmark.name)),
    async () => {
      if (identityId() !== owner) {
        throw new Error(
          trans.__('It belongs to another account than the connected one.')
        );
      }
      await model.restoreBookmark(bookmark);
    },
    trans
  );
}
