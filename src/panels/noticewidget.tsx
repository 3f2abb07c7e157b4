import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { Notice } from '../components/notice';
import { containerIcon } from '../icons';

/** A page that shows only a message. */
export class NoticeWidget extends ReactWidget {
  constructor(private readonly _text: string) {
    super();
    this.addClass('jp-SRegistryGlobus');
    this.addClass('jp-SRegistryGlobus-pageHost');
    this.title.icon = containerIcon;
    this.node.tabIndex = -1;
  }

  protected onActivateRequest(): void {
    this.node.focus();
  }

  protected render(): React.JSX.Element {
    return (
      <div className="jp-SRegistryGlobus-page">
        <Notice severity="warning">{this._text}</Notice>
      </div>
    );
  }
}
