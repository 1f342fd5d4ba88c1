import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import type { GraphQLError } from 'graphql';
import type { Context } from '../context/context.ts';

type Plugin = ApolloServerPlugin<Context>;
type Listener = GraphQLRequestListener<Context>;
type Asked<Name extends keyof Listener> = Parameters<NonNullable<Listener[Name]>>[0];
type Response = Awaited<ReturnType<NonNullable<Listener['responseForOperation']>>>;

/** For who answers an operation in place of Apollo: tells all of the errors, as Apollo tells of those that it finds itself. */
export type Encounter = (errors: readonly GraphQLError[]) => Promise<void>;

/** Of one request; what has nothing to wait for makes no promise. */
export interface EdgeListener {
  validationDidStart?(asked: Asked<'validationDidStart'>): unknown;
  didResolveOperation?(asked: Asked<'didResolveOperation'>): unknown;
  responseForOperation?(
    asked: Asked<'responseForOperation'>,
    encounter: Encounter,
  ): Response | Promise<Response>;
  didEncounterErrors?(asked: Asked<'didEncounterErrors'>): unknown;
  willSendResponse?(asked: Asked<'willSendResponse'>): unknown;
}

/** As Apollo's, with the hooks that are passed on. */
export interface EdgePlugin extends Pick<Plugin, 'serverWillStart' | 'unexpectedErrorProcessingRequest'> {
  requestDidStart?(request: Parameters<Begin>[0]): Begun | ReturnType<Begin>;
}

type Begin = NonNullable<Plugin['requestDidStart']>;
type Begun = EdgeListener | undefined | Promise<EdgeListener | undefined>;

const ofServers = new Set(['serverWillStart', 'unexpectedErrorProcessingRequest', 'requestDidStart']);
const ofRequests = new Set([
  'validationDidStart',
  'didResolveOperation',
  'responseForOperation',
  'didEncounterErrors',
  'willSendResponse',
]);

/**
 * Plugins as one: Apollo asks each plugin for each hook with promises of its own, which takes longer than what is done in
 * most of them. They are asked in their order, each when the one before is done, so that behind one that refuses no other is
 * asked. Throws for a plugin with a hook that is not passed on.
 */
export function joinPlugins(plugins: readonly EdgePlugin[]): Plugin {
  for (const plugin of plugins) refuseOthers(plugin, ofServers);

  return {
    async serverWillStart(service) {
      for (const plugin of plugins) await plugin.serverWillStart?.(service);
    },
    async unexpectedErrorProcessingRequest(failure) {
      for (const plugin of plugins) await plugin.unexpectedErrorProcessingRequest?.(failure);
    },
    requestDidStart(request) {
      const joined = new Joined();
      const begun = inTurn(plugins, begin, { request, joined });
      return begun === done ? Promise.resolve(joined) : begun.then(() => joined);
    },
  };
}

interface Beginning {
  readonly request: Parameters<Begin>[0];
  readonly joined: Joined;
}

function begin(plugin: EdgePlugin, { request, joined }: Beginning): unknown {
  const begun = plugin.requestDidStart?.(request);
  if (begun instanceof Promise) return begun.then((listener) => joined.add(plugin, listener));
  joined.add(plugin, begun);
  return undefined;
}

const checked = new WeakSet<EdgePlugin>();

/** A class, and the functions below are not made anew, for each request has one and asks it five things. */
class Joined implements Listener {
  readonly #listeners: EdgeListener[] = [];

  /** Throws for one with a hook that is not passed on. */
  add(plugin: EdgePlugin, listener: Awaited<Begun | ReturnType<Begin>>): void {
    if (listener === undefined) return;
    if (!checked.has(plugin)) refuseOthers(listener, ofRequests);
    checked.add(plugin);
    this.#listeners.push(listener);
  }

  validationDidStart(asked: Asked<'validationDidStart'>): Promise<void> {
    return inTurn(this.#listeners, validate, asked);
  }

  didResolveOperation(asked: Asked<'didResolveOperation'>): Promise<void> {
    return inTurn(this.#listeners, resolve, asked);
  }

  didEncounterErrors(asked: Asked<'didEncounterErrors'>): Promise<void> {
    return inTurn(this.#listeners, learn, asked);
  }

  willSendResponse(asked: Asked<'willSendResponse'>): Promise<void> {
    return inTurn(this.#listeners, send, asked);
  }

  responseForOperation(asked: Asked<'responseForOperation'>): Promise<Response> {
    const answering: Answering = {
      asked,
      found: null,
      encounter: (errors) => this.didEncounterErrors(Object.assign(asked, { errors })),
    };
    const over = inTurn(this.#listeners, answer, answering);
    return over === done ? Promise.resolve(answering.found) : over.then(() => answering.found);
  }
}

const validate = (listener: EdgeListener, asked: Asked<'validationDidStart'>) =>
  listener.validationDidStart?.(asked);
const resolve = (listener: EdgeListener, asked: Asked<'didResolveOperation'>) =>
  listener.didResolveOperation?.(asked);
const learn = (listener: EdgeListener, asked: Asked<'didEncounterErrors'>) =>
  listener.didEncounterErrors?.(asked);
const send = (listener: EdgeListener, asked: Asked<'willSendResponse'>) => listener.willSendResponse?.(asked);

interface Answering {
  readonly asked: Asked<'responseForOperation'>;
  readonly encounter: Encounter;
  found: Response;
}

function answer(listener: EdgeListener, answering: Answering): unknown {
  if (answering.found !== null) return undefined;
  const given = listener.responseForOperation?.(answering.asked, answering.encounter) ?? null;
  if (given instanceof Promise) return given.then((response) => (answering.found = response));
  answering.found = given;
  return undefined;
}

const done = Promise.resolve();

/** Waits only for what has to be waited for: `done` itself where that was nothing. */
function inTurn<Item, Asked>(
  items: readonly Item[],
  ask: (item: Item, asked: Asked) => unknown,
  asked: Asked,
  from = 0,
): Promise<void> {
  for (let index = from; index < items.length; index += 1) {
    const going = ask(items[index] as Item, asked);
    if (going instanceof Promise) return going.then(() => inTurn(items, ask, asked, index + 1));
  }
  return done;
}

function refuseOthers(hooks: object, passedOn: ReadonlySet<string>): void {
  const other = Object.keys(hooks).find((name) => !passedOn.has(name));
  if (other !== undefined) throw new Error(`${other} of a joined plugin would never be called`);
}
