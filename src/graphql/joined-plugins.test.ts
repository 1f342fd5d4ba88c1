import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { expect, it } from 'vitest';
import type { Context } from '../context/context.ts';
import { joinPlugins } from './joined-plugins.ts';

type Plugin = ApolloServerPlugin<Context>;

const silent = () => undefined;

function serve(plugins: readonly Plugin[]) {
  return new ApolloServer<Context>({
    typeDefs: 'type Query { a: Int }',
    plugins: [...plugins],
    stopOnTerminationSignals: false,
    logger: { debug: silent, info: silent, warn: silent, error: silent },
  });
}

/** What each hook of a few plugins was asked for, in order. */
async function askedOf(join: (plugins: readonly Plugin[]) => readonly Plugin[], query: string) {
  const asked: string[] = [];
  const told = (name: string): Plugin => {
    const note = (hook: string) => {
      asked.push(`${name}.${hook}`);
      return Promise.resolve();
    };
    return {
      serverWillStart: () => note('serverWillStart'),
      async requestDidStart() {
        await note('requestDidStart');
        return {
          validationDidStart: () => note('validationDidStart'),
          didResolveOperation: () => note('didResolveOperation'),
          responseForOperation: () => note('responseForOperation').then(() => null),
          didEncounterErrors: () => note('didEncounterErrors'),
          willSendResponse: () => note('willSendResponse'),
        };
      },
    };
  };
  const server = serve(join([told('first'), {}, told('second')]));
  await server.executeOperation({ query }, { contextValue: {} as Context });
  await server.stop();
  return asked;
}

it.each(['{ a }', '{ b }'])(
  'joined plugins are asked what they would be apart, in their order: %s',
  async (query) => {
    const joined = await askedOf((plugins) => [joinPlugins(plugins)], query);
    expect(joined).toEqual(await askedOf((plugins) => plugins, query));
    expect(joined).toContain(query === '{ a }' ? 'second.responseForOperation' : 'second.didEncounterErrors');
  },
);

const listening = (listener: object): Plugin => ({ requestDidStart: () => Promise.resolve(listener) });
const answering = (a: number): Plugin =>
  listening({
    responseForOperation: () =>
      Promise.resolve({
        http: { headers: new Map() },
        body: { kind: 'single', singleResult: { data: { a } } },
      }),
  });

async function answerOf(plugins: readonly Plugin[]): Promise<unknown> {
  const server = serve([joinPlugins(plugins)]);
  const { body } = await server.executeOperation({ query: '{ a }' }, { contextValue: {} as Context });
  await server.stop();
  return body.kind === 'single' ? body.singleResult : body;
}

it('behind one that refuses no other is asked, though it would do so in its own time', async () => {
  const asked: string[] = [];
  const refusing = listening({
    didResolveOperation: async () => {
      await Promise.resolve();
      throw new GraphQLError('refused');
    },
  });
  const charging = listening({ didResolveOperation: () => Promise.resolve(void asked.push('charging')) });
  expect(await answerOf([refusing, charging])).toMatchObject({ errors: [{ message: 'refused' }] });
  expect(asked).toEqual([]);
});

it('the first answer in place of an execution counts', async () => {
  expect(await answerOf([listening({}), answering(1), answering(2)])).toMatchObject({ data: { a: 1 } });
});

it('a hook that would not be passed on is refused, lest it be lost', async () => {
  const failing: Plugin = { contextCreationDidFail: () => Promise.resolve() };
  expect(() => joinPlugins([failing])).toThrow('contextCreationDidFail');
  await expect(answerOf([listening({ executionDidStart: () => Promise.resolve() })])).rejects.toThrow();
});
