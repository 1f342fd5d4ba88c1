import { ConfigError, configSchema, readConfig } from '../../config/config.ts';

type Env = Readonly<Record<string, string>>;

/** What is wrong with what a manifest gives a gateway: variables that it does not know, and what it would refuse to start with. */
export function faultsOfEnvironment(env: Env): readonly string[] {
  const unknown = Object.keys(env)
    .filter((name) => !(name in configSchema.shape))
    .map((name) => `${name} is no variable of the gateway`);
  try {
    readConfig(env);
    return unknown;
  } catch (error) {
    if (error instanceof ConfigError) return [...unknown, ...error.message.split('\n')];
    throw error;
  }
}

/** Addresses that it is given, with the port of each. */
export function serversOf(env: Env): readonly { readonly host: string; readonly port: number }[] {
  const config = readConfig(env);
  const urls = [
    config.DATABASE_URL,
    ...config.DATABASE_REPLICA_URLS,
    ...config.REDIS_URL,
    ...(config.REDIS_STATE_URL === undefined ? [] : [config.REDIS_STATE_URL]),
  ];
  return urls.map((text) => {
    const { hostname, port, protocol } = new URL(text);
    return { host: hostname, port: Number(port || (protocol.startsWith('redis') ? 6379 : 5432)) };
  });
}
