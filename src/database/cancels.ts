/** Ends statements on one server over the connection that watches it: no cancel costs a connection of its own. */
export interface Cancels {
  /** Resolves when the server has signalled the backend; rejects when that is not known. */
  cancel(pid: number): Promise<void>;
}

interface Request {
  readonly pid: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** What comes while one statement is under way goes into the next: many requests that end at once are two round trips. */
export function createCancels(signalBackends: (pids: readonly number[]) => Promise<unknown>): Cancels {
  let requests: Request[] = [];
  let isSending = false;

  async function send(): Promise<void> {
    isSending = true;
    while (requests.length > 0) {
      const batch = requests;
      requests = [];
      try {
        await signalBackends(batch.map(({ pid }) => pid));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    isSending = false;
  }

  return {
    cancel: (pid) =>
      new Promise((resolve, reject) => {
        requests.push({ pid, resolve, reject });
        if (!isSending) void send();
      }),
  };
}
