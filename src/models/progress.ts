import type { LoginAction, Transfer } from '../api/schema';

/** Whether a transfer can still change. */
export function isUnderWay(transfer: Transfer): boolean {
  return transfer.state === 'written' || transfer.state === 'active';
}

/** The progress of a transfer, over all its tasks. */
export interface IProgress {
  bytesTransferred: number;
  /** Null if a size is unknown. */
  bytesTotal: number | null;
  /** From 0 to 1. Null if it is unknown. */
  fraction: number | null;
  bytesPerSecond: number | null;
  /** Null if nothing moves or the end is unknown. */
  secondsLeft: number | null;
  isStuck: boolean;
  /** The login that would let it continue. Null if no login would help. */
  login: LoginAction | null;
  /** Whether images are still being downloaded to this host, before they are sent. */
  isStaging: boolean;
  /** Why it is stuck or failed, one reason per task. */
  reasons: readonly string[];
}

/** Return the progress of a transfer. */
export function progressOf(transfer: Transfer): IProgress {
  let bytesTransferred = 0;
  let bytesTotal: number | null = 0;
  let rate = 0;
  const reasons: string[] = [];
  const states = new Set(transfer.tasks.map(({ state }) => state));
  const isStaging = states.has('staging') && !states.has('active');
  for (const task of transfer.tasks) {
    bytesTransferred +=
      isStaging && task.kind === 'globus' && task.state === 'staging'
        ? task.bytes_staged
        : task.bytes_transferred;
    bytesTotal =
      bytesTotal === null || task.bytes_total === null
        ? null
        : bytesTotal + task.bytes_total;
    if (task.state === 'active') {
      rate += task.bytes_per_second ?? 0;
    }
    if (task.reason !== '' && !reasons.includes(task.reason)) {
      reasons.push(task.reason);
    }
  }
  const isStuck =
    isUnderWay(transfer) && transfer.tasks.some(({ is_stuck }) => is_stuck);
  const bytesPerSecond = isUnderWay(transfer) && rate > 0 ? rate : null;
  const left =
    bytesTotal === null ? null : Math.max(0, bytesTotal - bytesTransferred);
  return {
    bytesTransferred,
    bytesTotal,
    fraction: fractionOf(transfer, bytesTransferred, bytesTotal),
    bytesPerSecond,
    secondsLeft:
      left === null || bytesPerSecond === null || isStuck
        ? null
        : left / bytesPerSecond,
    isStuck,
    login: isUnderWay(transfer)
      ? (transfer.tasks.find(({ login }) => login)?.login ?? null)
      : null,
    isStaging,
    reasons
  };
}

function fractionOf(
  transfer: Transfer,
  done: number,
  total: number | null
): number | null {
  if (transfer.state === 'succeeded') {
    return 1;
  }
  if (total === null) {
    return null;
  }
  if (total === 0) {
    return 0;
  }
  return Math.min(1, done / total);
}
