import { randomBytes } from 'node:crypto';
import { seededRandom, type Random } from '../../../clock/random.ts';
import { createLog } from '../../../log/log.ts';
import { textOf } from '../../../errors/as-error.ts';
import type { Gateway } from '../../gateway.ts';
import { inSteps, type Check, type Proof } from '../proof.ts';
import { signIn, startStage } from '../stage.ts';
import { createFaulty, places, type Faulty, type Place } from './faulty.ts';
import { outspoken, shapes, type Shape } from './shapes.ts';
import { transports, type Asked } from './transports.ts';

type Option = 'faults';

/** For the control: enough to come through each transport. */
const controls = 40;

/** What backends throw, with a secret in it, behind a whole gateway; and what clients get to see of it. */
export const faults: Proof<Option> = {
  name: 'faults',
  about: 'Nothing that a backend throws shows to a client, through whatever transport it asks.',
  takes: '1 min',
  options: { faults: { about: 'that are thrown, each with a secret of its own', fallback: 1_000 } },
  async run(context) {
    const stage = await startStage(context, { products: 1 });
    const faulty = createFaulty();
    const log = createWitness();
    const gateway = await stage.gateway({
      overrides: { around: faulty.around, log: log.log },
      env: { REDIS_DEADLINE_MS: '5000' },
    });
    const scene: Scene = {
      ...{ gateway, faulty, log },
      random: seededRandom(context.seed),
      asked: asksOf(stage.productIds[0] ?? '', await signIn(gateway.url, 'admin')),
    };
    const found = emptyFound();
    const told = emptyFound();
    const count = context.options.faults;
    await inSteps(context, 'Faults', count, async (index) => {
      const [name, shape] = nth(Object.entries(shapes), index);
      await meet(scene, found, name, shape);
    });
    await inSteps(context, 'Control: what is meant for clients', controls, () =>
      meet(scene, told, 'outspoken', outspoken),
    );
    return { checks: checksOf(found, told), figures: { found, told } };
  },
};

interface Scene {
  readonly gateway: Gateway;
  readonly faulty: Faulty;
  readonly log: ReturnType<typeof createWitness>;
  readonly random: Random;
  readonly asked: Readonly<Record<Place, readonly Asked[]>>;
}

interface Found {
  thrown: number;
  /** What showed to a client: transport, place and shape. */
  readonly leaks: string[];
  /** Answers without an error, though the fault was met. */
  readonly silent: string[];
  /** Faults whose secret stands in the log. */
  logged: number;
}

const emptyFound = (): Found => ({ thrown: 0, leaks: [], silent: [], logged: 0 });

async function meet(scene: Scene, found: Found, name: string, shape: Shape): Promise<void> {
  const { gateway, faulty, log, random } = scene;
  const secret = `hidden${randomBytes(8).toString('hex')}`;
  const place = pick(places, random);
  const streams = place === 'subscribe' || place === 'stream';
  const [transport, ask] = pick(
    Object.entries(transports).filter(([each]) => !streams || each !== 'HTTP'),
    random,
  );
  faulty.begin({ place, thrown: shape(secret) });
  const asked = pick(scene.asked[place], random);
  // What never ends shows nothing, and is no error with a code.
  const seen = await ask(gateway.url, asked)
    .catch(textOf)
    .finally(() => faulty.end());
  found.thrown += 1;
  const what = `${transport}, ${place}: ${name}`;
  if (seen.includes(secret)) found.leaks.push(what);
  if (!coded.test(seen)) found.silent.push(what);
  if (log.says(secret)) found.logged += 1;
}

/** An error of the catalogue; or the code of a socket that was closed before anything could be asked. */
const coded = /"extensions":{"code":"[A-Z_]+"|^(1013|4\d{3}) /m;

/** What meets a fault there. */
function asksOf(productId: string, token: string): Readonly<Record<Place, readonly Asked[]>> {
  const query = (text: string, signedIn = false): Asked => ({
    query: text,
    variables: { id: productId },
    ...(signedIn && { token }),
  });
  // Each is something that no cache has: a name of nobody, a word, a number of its own.
  const uncached = [
    query('query { userByUsername(username: "nobody") { id } }'),
    query('query { products(first: 3) { nodes { name price { amount } } totalCount } }'),
  ];
  const streams = [
    query('subscription { notificationReceived { id } }', true),
    query('subscription { presenceChanged(userIds: []) { id } }', true),
  ];
  return {
    read: uncached,
    statement: uncached,
    write: [
      query('mutation { updateProfile(input: { displayName: "A" }) { userErrors { code } } }', true),
      query(
        'mutation ($id: ID!) { addToCart(input: { productId: $id, quantity: 1 }) { cartToken userErrors { code } } }',
      ),
    ],
    cache: [
      query('query ($id: ID!) { product(id: $id) { name inventory { stock } } }'),
      query('query { viewer { username chats { nodes { title } } } }', true),
    ],
    subscribe: streams,
    stream: streams,
  };
}

/** A log that remembers. */
function createWitness() {
  let lines: string[] = [];
  const log = createLog({ level: 'warn', destination: { write: (line) => void lines.push(line) } });
  return {
    log,
    /** Whether it has said so since it was asked last. */
    says(text: string): boolean {
      const said = lines.some((line) => line.includes(text));
      lines = [];
      return said;
    },
  };
}

function checksOf(found: Found, told: Found): readonly Check[] {
  return [
    {
      what: 'secrets of faults that a client was shown, through HTTP, SSE and WebSockets',
      found: `${found.leaks.length} of ${found.thrown}${found.leaks[0] === undefined ? '' : `, as ${found.leaks[0]}`}`,
      must: '0',
      holds: found.leaks.length === 0,
      control: {
        found: `${told.leaks.length} of ${told.thrown} that a domain says to clients, through each`,
        fails: Object.keys(transports).every((name) => told.leaks.some((leak) => leak.startsWith(name))),
      },
    },
    {
      what: 'faults that ended in anything but an error with a code',
      found: `${found.silent.length}${found.silent[0] === undefined ? '' : `, as ${found.silent[0]}`}`,
      must: '0',
      holds: found.silent.length === 0,
    },
    {
      what: 'faults whose secret stands in the log',
      found: `${found.logged} of ${found.thrown}`,
      must: 'most',
      holds: found.logged > found.thrown / 2,
    },
  ];
}

const pick = <T>(all: readonly T[], random: Random): T => nth(all, Math.floor(random() * all.length));

function nth<T>(all: readonly T[], index: number): T {
  const one = all[index % all.length];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
}
