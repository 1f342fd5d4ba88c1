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
  const known = new WeakSet<EdgePlugin>();

  function check(plugin: EdgePlugin, listener: EdgeListener): void {
    if (known.has(plugin)) return;
    refuseOthers(listener, ofRequests);
    known.add(plugin);
  }

  return {
    async serverWillStart(service) {
      for (const plugin of plugins) await plugin.serverWillStart?.(service);
    },
    async unexpectedErrorProcessingRequest(failure) {
      for (const plugin of plugins) await plugin.unexpectedErrorProcessingRequest?.(failure);
    },
    requestDidStart(request) {
      const listeners: EdgeListener[] = [];
      const asked = inTurn(plugins, (plugin) => {
        const begun = plugin.requestDidStart?.(request);
        if (begun instanceof Promise) return begun.then((listener) => add(plugin, listener));
        add(plugin, begun);
        return undefined;
      });
      return asked === done ? Promise.resolve(join(listeners)) : asked.then(() => join(listeners));

      function add(plugin: EdgePlugin, listener: Awaited<Begun | ReturnType<Begin>>): void {
        if (listener === undefined) return;
        check(plugin, listener);
        listeners.push(listener);
      }
    },
  };
}

function join(listeners: readonly EdgeListener[]): Listener {
  return {
    validationDidStart: (asked) => inTurn(listeners, (listener) => listener.validationDidStart?.(asked)),
    didResolveOperation: (asked) => inTurn(listeners, (listener) => listener.didResolveOperation?.(asked)),
    didEncounterErrors: (asked) => inTurn(listeners, (listener) => listener.didEncounterErrors?.(asked)),
    willSendResponse: (asked) => inTurn(listeners, (listener) => listener.willSendResponse?.(asked)),
    responseForOperation(asked) {
      let found: Response = null;
      const encounter: Encounter = (errors) => {
        const failed = Object.assign(asked, { errors });
        return inTurn(listeners, (listener) => listener.didEncounterErrors?.(failed));
      };
      const over = inTurn(listeners, (listener) => {
        if (found !== null) return undefined;
        const given = listener.responseForOperation?.(asked, encounter) ?? null;
        if (given instanceof Promise) return given.then((response) => (found = response));
        found = given;
        return undefined;
      });
      return over === done ? Promise.resolve(found) : over.then(() => found);
    },
  };
}

const done = Promise.resolve();

/** Waits only for what has to be waited for: `done` itself where that was nothing. */
function inTurn<Item>(items: readonly Item[], ask: (item: Item) => unknown, from = 0): Promise<void> {
  for (let index = from; index < items.length; index += 1) {
    const going = ask(items[index] as Item);
    if (going instanceof Promise) return going.then(() => inTurn(items, ask, index + 1));
  }
  return done;
}

function refuseOthers(hooks: object, passedOn: ReadonlySet<string>): void {
  const other = Object.keys(hooks).find((name) => !passedOn.has(name));
  if (other !== undefined) throw new Error(`${other} of a joined plugin would never be called`);
}
