import * as React from 'react';

import { plainError } from '../../api/request';
import type { ErrorBody } from '../../api/schema';
import { ErrorNotice } from '../../components/notice';
import { host, draw, click, setUpPage } from '../support/page';
import { trans, loginAction } from '../support/things';

const HOSTILE = '<img src=x onerror="alert(1)">';

setUpPage();

describe('ErrorNotice', () => {
  const login: ErrorBody = {
    ...plainError('consent_required', 'Globus wants your consent.'),
    action: loginAction
  };

  it('logs in as the action requires, then repeats the request', () => {
    const onLogIn = jest.fn();
    const onRetry = jest.fn();
    draw(
      <ErrorNotice
        error={login}
        trans={trans}
        onLogIn={onLogIn}
        onRetry={onRetry}
      />
    );
    click('button', 'Log in to continue');
    expect(onLogIn).toHaveBeenCalledWith(login.action, onRetry);
    expect(host.querySelectorAll('button')).toHaveLength(1);
  });

  it('is announced, and shows remote text as text', () => {
    draw(<ErrorNotice error={plainError('x', HOSTILE)} trans={trans} />);
    expect(host.querySelector('[role="alert"]')?.textContent).toContain(
      HOSTILE
    );
    expect(host.querySelector('img')).toBeNull();
  });

  it.each([
    ['choose_endpoint', 'Choose another endpoint', 'onChooseEndpoint'],
    ['choose_folder', 'Choose another folder', 'onChooseFolder']
  ] as const)('offers %s', (kind, name, prop) => {
    const called = jest.fn();
    const error = { ...plainError('x', 'No.'), action: { kind } };
    draw(<ErrorNotice error={error} trans={trans} {...{ [prop]: called }} />);
    click('button', name);
    expect(called).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['Log in again.', 'Log in again. Use your hospital account.', 1],
    ['Use your hospital account. Log in again.', 'Log in again.', 0]
  ])('says once what the login requires: %s', (message, said, paragraphs) => {
    const action = { ...loginAction, session_message: said };
    const error = { ...plainError('login_required', message), action };
    draw(<ErrorNotice error={error} trans={trans} />);
    expect(host.querySelectorAll('p')).toHaveLength(paragraphs);
    expect(host.textContent).toContain(said);
  });

  it('offers to try again only if that may help', () => {
    const onRetry = jest.fn();
    draw(
      <ErrorNotice
        error={plainError('x', 'No.')}
        trans={trans}
        onRetry={onRetry}
      />
    );
    expect(host.querySelector('button')).toBeNull();
    draw(
      <ErrorNotice
        error={plainError('x', 'No.', true)}
        trans={trans}
        onRetry={onRetry}
      />
    );
    click('button', 'Retry');
    expect(onRetry).toHaveBeenCalled();
  });
});
