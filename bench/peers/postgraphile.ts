import { createServer } from 'node:http';
import { postgraphile } from 'postgraphile';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { poolSize, settings } from './settings.ts';

const server = createServer();

const instance = postgraphile({
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: settings.databaseUrl,
      schemas: ['public'],
      poolConfig: { max: poolSize },
      pubsub: false,
    }),
  ],
  grafserv: { port: settings.port, graphiql: false, watch: false },
  grafast: { explain: false },
});

await instance.createServ(grafserv).addTo(server);
server.listen(settings.port, '127.0.0.1');
