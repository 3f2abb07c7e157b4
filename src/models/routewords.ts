import type { TranslationBundle } from '@jupyterlab/translation';
import type { Plan, PlannedImage, TransferOptions } from '../api/schema';

type Route = PlannedImage['route'];

/** The routes, in the order in which a plan prefers them. */
const ROUTES: readonly Route[] = ['served', 'local', 'direct', 'staged'];

/** Return a short name for a route. */
export function routeName(route: Route, trans: TranslationBundle): string {
  switch (route) {
    case 'served':
      return trans.__('From the registry’s endpoint');
    case 'local':
      return trans.__('From this machine’s endpoint');
    case 'direct':
      return trans.__('Direct upload');
    case 'staged':
      return trans.__('Download first, then send');
  }
}

/** Say how an image would be sent, for a plan that gives no reason. */
export function routeWord(route: Route, trans: TranslationBundle): string {
  switch (route) {
    case 'served':
      return trans.__('Sent directly from the registry’s endpoint.');
    case 'local':
      return trans.__('Sent from this machine.');
    case 'direct':
      return trans.__('Direct upload: keep this computer on.');
    case 'staged':
      return trans.__('Downloaded to this machine first, then sent.');
  }
}

/**
 * Return the routes that a user can choose among: those possible for at least one image. The
 * route that is already preferred stays among them, so that it can be seen and changed.
 */
export function routesToChoose(
  plan: Plan | undefined,
  preferred: TransferOptions['route']
): Route[] {
  const possible = new Set(
    plan?.images.flatMap(({ routes }) => routes.map(({ route }) => route))
  );
  if (preferred !== null) {
    possible.add(preferred);
  }
  return ROUTES.filter(route => possible.has(route));
}
