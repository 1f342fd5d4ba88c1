import type { WriteStream } from 'node:tty';

/** One step of getting ready; `ms` is how long it took (0 at its start). */
export interface ProgressEvent {
  readonly step: string;
  readonly state: 'start' | 'done';
  readonly ms: number;
}

export type OnProgress = (event: ProgressEvent) => void;

/** Tells the start of a step, runs it, and tells its end when it succeeded. */
export async function tracked<T>(onProgress: OnProgress, step: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  onProgress({ step, state: 'start', ms: 0 });
  const result = await work();
  onProgress({ step, state: 'done', ms: Math.round(performance.now() - startedAt) });
  return result;
}

export interface ProgressDisplay {
  readonly report: OnProgress;
  /** Removes the live line; what was done stays on the screen. */
  readonly close: () => void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_EVERY_MS = 80;
/** Without a terminal, a step is announced before its end only when it takes longer than this. */
const ANNOUNCE_AFTER_MS = 1_500;
const CLEAR_LINE = '\r\u001B[2K';

/** Shows progress on stderr: a live line on a terminal, plain lines elsewhere. */
export function createProgress(stream: WriteStream = process.stderr): ProgressDisplay {
  return stream.isTTY && process.env['TERM'] !== 'dumb' ? liveDisplay(stream) : plainDisplay(stream);
}

function liveDisplay(stream: WriteStream): ProgressDisplay {
  const running = new Set<string>();
  const paint =
    'NO_COLOR' in process.env ? (text: string) => text : (text: string) => `\u001B[32m${text}\u001B[39m`;
  let frame = 0;
  const draw = () => {
    frame = (frame + 1) % FRAMES.length;
    const line = `  ${String(FRAMES[frame])} ${[...running].join(', ')} …`;
    stream.write(running.size === 0 ? CLEAR_LINE : CLEAR_LINE + line.slice(0, stream.columns - 1));
  };
  const timer = setInterval(draw, FRAME_EVERY_MS);
  timer.unref();
  return {
    report: ({ step, state, ms }) => {
      if (state === 'start') {
        running.add(step);
      } else {
        running.delete(step);
        stream.write(`${CLEAR_LINE}  ${paint('✓')} ${step} ${inSeconds(ms)}\n`);
      }
      draw();
    },
    close: () => {
      clearInterval(timer);
      stream.write(CLEAR_LINE);
    },
  };
}

function plainDisplay(stream: WriteStream): ProgressDisplay {
  const announcements = new Map<string, NodeJS.Timeout>();
  const forget = (step: string) => {
    clearTimeout(announcements.get(step));
    announcements.delete(step);
  };
  return {
    report: ({ step, state, ms }) => {
      forget(step);
      if (state === 'done') {
        stream.write(`${step}: ${inSeconds(ms)}\n`);
        return;
      }
      const timer = setTimeout(() => stream.write(`${step} …\n`), ANNOUNCE_AFTER_MS);
      timer.unref();
      announcements.set(step, timer);
    },
    close: () => {
      for (const step of [...announcements.keys()]) forget(step);
    },
  };
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`;
}
