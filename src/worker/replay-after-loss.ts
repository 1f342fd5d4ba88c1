import type { Redis } from '../redis/redis.ts';
import type { Backstop } from './backstop.ts';

/** Another Redis than the last, or one that cannot be told from it, may lack what was evicted of late. */
export function replayAfterLoss(redis: Redis, backstop: () => Pick<Backstop, 'replay'> | undefined): void {
  let last = redis.identity();
  let isFirst = true;
  redis.beforeReturn({
    run() {
      const identity = redis.identity();
      const isSame = identity !== undefined && identity === last;
      if (!isFirst && !isSame) backstop()?.replay('another Redis, or one that was restarted');
      [last, isFirst] = [identity, false];
      return Promise.resolve();
    },
    done: () => true,
  });
}
