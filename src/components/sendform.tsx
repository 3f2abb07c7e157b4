import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { Plan, TransferOptions } from '../api/schema';
import type { Async } from '../models/async';
import { valueOf } from '../models/async';
import type { Hindrance, IDraftSource, Submission } from '../models/draftstate';
import type { LoginState } from '../models/login';
import { blockingMessage, summaryOf, whyNot } from '../models/planwords';
import type { IEndpointSearchProps } from './endpointsearch';
import { EndpointSearch } from './endpointsearch';
import type { IFolderProps } from './folder';
import { FolderView } from './folder';
import type { ILoginCallbacks } from './login';
import { LoginView } from './login';
import type { LogIn } from './notice';
import { ErrorNotice } from './notice';
import { PathBox } from './pathbox';
import { PlanView } from './plan';
import { RouteChoice } from './routechoice';
import { TransferOptionsView } from './transferoptions';

interface ISendFormProps {
  sources: readonly IDraftSource[];
  plan: Async<Plan>;
  hindrance: Hindrance | null;
  submission: Submission;
  transferOptions: TransferOptions;
  /** The text in the path box. */
  path: string | null;
  /** Whether an endpoint is chosen. If not, the endpoint search is shown. */
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

/** The form of a new transfer: images, destination, options, and the plan. */
export function SendForm(props: ISendFormProps): React.JSX.Element {
  const { trans, hindrance } = props;
  const reason =
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
        <section aria-label={trans.__('Images')}>
          <div className="jp-SRegistryGlobus-groupTitle">
            {trans.__('Images')}
          </div>
          <PlanView
            sources={props.sources}
            plan={props.plan}
            preferredRoute={props.transferOptions.route}
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
          <RouteChoice
            plan={valueOf(props.plan)}
            route={props.transferOptions.route}
            trans={trans}
            onRoute={route => props.onOptions({ route })}
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
              <PathBox {...props} listedPath={props.folder.path} />
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
        {props.submission.state === 'failed' && (
          <ErrorNotice
            error={props.submission.error}
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
          id="jp-SRegistryGlobus-hindrance"
          role="status"
        >
          {reason ?? summaryOf(props.plan, trans)}
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
          title={reason ?? undefined}
          aria-describedby="jp-SRegistryGlobus-hindrance"
          onClick={props.onSend}
        >
          {hindrance === 'sending' ? trans.__('Sending…') : trans.__('Send')}
        </button>
      </div>
    </div>
  );
}
