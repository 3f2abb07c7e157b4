import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { ErrorBody, Plan, TransferOptions } from '../api/schema';
import { formatBytes } from '../format';
import type { Async } from '../models/async';
import type { Hindrance, IDraftSource } from '../models/draft';
import type { LoginState } from '../models/login';
import type { IEndpointSearchProps } from './endpointsearch';
import { EndpointSearch } from './endpointsearch';
import type { IFolderProps } from './folder';
import { FolderView } from './folder';
import type { ILoginCallbacks } from './login';
import { LoginView } from './login';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';
import { PlanView } from './plan';
import { TransferOptionsView } from './transferoptions';

export interface ISendFormProps {
  sources: readonly IDraftSource[];
  plan: Async<Plan>;
  hindrance: Hindrance | null;
  sendError: ErrorBody | null;
  transferOptions: TransferOptions;
  /** What stands in the path box. */
  path: string | null;
  /** Whether an endpoint is chosen: its folders are shown, else the search. */
  hasEndpoint: boolean;
  endpoints: IEndpointSearchProps;
  folder: IFolderProps;
  login: LoginState;
  loginCallbacks: ILoginCallbacks;
  trans: TranslationBundle;
  onRemoveSource: (index: number) => void;
  onPath: (path: string) => void;
  onGoToPath: () => void;
  onOptions: (options: Partial<TransferOptions>) => void;
  onReplan: () => void;
  onChangeEndpoint: () => void;
  onSend: () => void;
  onCancel: () => void;
  onLogIn: LogIn;
}

/** The form of a transfer: images, destination, options, and what would happen. */
export function SendForm(props: ISendFormProps): React.JSX.Element {
  const { trans, hindrance } = props;
  const why =
    (hindrance === 'blocked' ? blockingMessage(props.plan) : null) ??
    whyNot(hindrance, trans);
  return (
    <div className="jp-SRegistryGlobus-form">
      <div className="jp-SRegistryGlobus-formBody">
        <LoginView
          login={props.login}
          trans={trans}
          {...props.loginCallbacks}
        />
        <section aria-label={trans.__('What is sent')}>
          <div className="jp-SRegistryGlobus-groupTitle">
            {trans.__('Images')}
          </div>
          <PlanView
            sources={props.sources}
            plan={props.plan}
            isErrorSaid={
              props.plan.state === 'failed' &&
              props.hasEndpoint &&
              props.plan.error.code === props.folder.error?.code
            }
            trans={trans}
            onRemove={props.sources.length > 1 ? props.onRemoveSource : null}
            onRetry={props.onReplan}
            onLogIn={props.onLogIn}
            onChooseEndpoint={props.onChangeEndpoint}
          />
        </section>
        <section
          className="jp-SRegistryGlobus-destination"
          aria-label={trans.__('Destination')}
        >
          <div className="jp-SRegistryGlobus-groupTitle">
            {trans.__('Destination')}
          </div>
          {props.hasEndpoint ? (
            <>
              <FolderView {...props.folder} />
              <PathBox {...props} />
            </>
          ) : (
            <EndpointSearch {...props.endpoints} />
          )}
        </section>
        <TransferOptionsView
          options={props.transferOptions}
          trans={trans}
          onChange={props.onOptions}
        />
        {props.sendError && (
          <ErrorNotice
            error={props.sendError}
            trans={trans}
            onRetry={props.onSend}
            onLogIn={props.onLogIn}
            onChooseEndpoint={props.onChangeEndpoint}
          />
        )}
      </div>
      <div className="jp-SRegistryGlobus-formFoot">
        <div
          className="jp-SRegistryGlobus-sub"
          id="jp-SRegistryGlobus-why"
          role="status"
        >
          {why ?? summaryOf(props.plan, trans)}
        </div>
        <button
          type="button"
          className="jp-Dialog-button jp-mod-reject jp-mod-styled"
          onClick={props.onCancel}
        >
          {trans.__('Cancel')}
        </button>
        <button
          type="button"
          className="jp-Dialog-button jp-mod-accept jp-mod-styled"
          disabled={hindrance !== null}
          title={why ?? undefined}
          aria-describedby="jp-SRegistryGlobus-why"
          onClick={props.onSend}
        >
          {hindrance === 'sending'
            ? trans.__('Sending…')
            : trans.__('Transfer')}
        </button>
      </div>
    </div>
  );
}

function PathBox(props: ISendFormProps): React.JSX.Element {
  const { trans } = props;
  const listed = props.folder.path;
  return (
    <form
      className="jp-SRegistryGlobus-lineForm"
      onSubmit={event => {
        event.preventDefault();
        props.onGoToPath();
      }}
    >
      <label className="jp-SRegistryGlobus-pathLabel">
        {trans.__('Folder')}
        <input
          className="jp-SRegistryGlobus-input"
          value={props.path ?? ''}
          spellCheck={false}
          autoComplete="off"
          placeholder={trans.__('Such as /~/images/')}
          onChange={event => props.onPath(event.target.value)}
        />
      </label>
      <button
        type="submit"
        className="jp-SRegistryGlobus-button"
        disabled={props.path === null || props.path === listed}
      >
        {trans.__('Show')}
      </button>
    </form>
  );
}

/** Why the form can't be sent as it stands; null if it can. */
export function whyNot(
  hindrance: Hindrance | null,
  trans: TranslationBundle
): string | null {
  switch (hindrance) {
    case null:
      return null;
    case 'no-images':
      return trans.__('No image is chosen.');
    case 'no-endpoint':
      return trans.__('Choose an endpoint.');
    case 'no-folder':
      return trans.__('Choose a folder.');
    case 'planning':
      return trans.__('Checking…');
    case 'plan-failed':
      return trans.__('This can’t be sent yet; the reason stands above.');
    case 'blocked':
      return trans.__('This can’t be sent.');
    case 'sending':
      return trans.__('Sending…');
  }
}

/** The first thing that stands in the way, in the server's words. */
function blockingMessage(plan: Async<Plan>): string | null {
  if (plan.state !== 'ready') {
    return null;
  }
  const { images, warnings } = plan.value;
  const all = [...warnings, ...images.flatMap(image => image.warnings)];
  return all.find(one => one.severity === 'blocking')?.message ?? null;
}

function summaryOf(plan: Async<Plan>, trans: TranslationBundle): string | null {
  if (plan.state !== 'ready') {
    return null;
  }
  const { value } = plan;
  const size = formatBytes(value.total_bytes);
  const images = trans._n('%1 image', '%1 images', value.images.length);
  return value.sizes_unknown > 0
    ? trans.__('%1, at least %2, to %3', images, size, value.destination_name)
    : trans.__('%1, %2, to %3', images, size, value.destination_name);
}
