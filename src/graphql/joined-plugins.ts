import type { ApolloServerPlugin, GraphQLRequestListener } from '@apollo/server';
import type { Context } from '../context/context.ts';

type Plugin = ApolloServerPlugin<Context>;
type Listener = GraphQLRequestListener<Context>;

/**
 * Plugins as one: Apollo asks each plugin for each hook with promises of its own, which takes longer than what is done in
 * most of them. They are asked in their order, each when the one before is done, so that behind one that refuses no other is
 * asked. Throws for a plugin with a hook that is not passed on.
 */
export function joinPlugins(plugins: readonly Plugin[]): Plugin {
  for (const plugin of plugins) refuseOthers(plugin, ofServers);
  const known = new WeakSet<Plugin>();

  function check(plugin: Plugin, listener: Listener): void {
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
    async requestDidStart(request) {
      const listeners: Listener[] = [];
      for (const plugin of plugins) {
        const listener = await plugin.requestDidStart?.(request);
        if (listener === undefined) continue;
        check(plugin, listener);
        listeners.push(listener);
      }
      return join(listeners);
    },
  };
}

function join(listeners: readonly Listener[]): Listener {
  return {
    async validationDidStart(request) {
      for (const listener of listeners) await listener.validationDidStart?.(request);
    },
    async didResolveOperation(request) {
      for (const listener of listeners)
        if (listener.didResolveOperation !== undefined) await listener.didResolveOperation(request);
    },
    async responseForOperation(request) {
      for (const listener of listeners) {
        if (listener.responseForOperation === undefined) continue;
        const response = await listener.responseForOperation(request);
        if (response !== null) return response;
      }
      return null;
    },
    async didEncounterErrors(request) {
      for (const listener of listeners) await listener.didEncounterErrors?.(request);
    },
    async willSendResponse(request) {
      for (const listener of listeners)
        if (listener.willSendResponse !== undefined) await listener.willSendResponse(request);
    },
  };
}

/** What comes after a hook has ended is not passed on: none of ours waits for it. */
const ofServers: ReadonlySet<string> = new Set<keyof Plugin>([
  'serverWillStart',
  'unexpectedErrorProcessingRequest',
  'requestDidStart',
]);
const ofRequests: ReadonlySet<string> = new Set<keyof Listener>([
  'validationDidStart',
  'didResolveOperation',
  'responseForOperation',
  'didEncounterErrors',
  'willSendResponse',
]);

function refuseOthers(hooks: object, passedOn: ReadonlySet<string>): void {
  const other = Object.keys(hooks).find((name) => !passedOn.has(name));
  if (other !== undefined) throw new Error(`${other} of a joined plugin would never be called`);
}
