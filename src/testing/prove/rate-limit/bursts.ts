import { postQuery } from '../../gateway.ts';

/** What became of a burst, by gateway. */
export interface Burst {
  readonly passed: readonly number[];
  /** Refused with the code, the status and the time to wait. */
  readonly refused: readonly number[];
  readonly others: readonly string[];
}

export const passedOf = ({ passed }: Burst): number => passed.reduce((sum, each) => sum + each, 0);
export const refusedOf = ({ refused }: Burst): number => refused.reduce((sum, each) => sum + each, 0);

/** So many at once on each gateway: more would only wait in the sockets. */
const atOnce = 10;

/** One asker sends `each` requests of one point through every gateway, all gateways at once. */
export async function burst(urls: readonly string[], token: string, each: number): Promise<Burst> {
  const passed = urls.map(() => 0);
  const refused = urls.map(() => 0);
  const others: string[] = [];

  async function ask(url: string, index: number): Promise<void> {
    const { status, data, errors } = await postQuery<{ viewer: unknown }>(url, '{ viewer { username } }', {
      token,
    });
    const [error] = errors;
    if (status === 200 && data?.viewer != null) passed[index] = (passed[index] ?? 0) + 1;
    else if (status === 429 && error?.extensions.code === 'RATE_LIMITED')
      refused[index] = (refused[index] ?? 0) + 1;
    else others.push(`${status} ${JSON.stringify(errors)}`);
  }

  await Promise.all(
    urls.map(async (url, index) => {
      let left = each;
      const askOn = async () => {
        while (left > 0) {
          left -= 1;
          await ask(url, index);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, askOn));
    }),
  );
  return { passed, refused, others };
}
