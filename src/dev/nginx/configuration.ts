import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectRoot } from '../../config/project-root.ts';

/** What `deploy/nginx/nginx.conf.template` leaves open. */
export interface NginxVariables {
  readonly NGINX_GATEWAYS: string;
  readonly NGINX_SOCKETS: string;
  readonly NGINX_LISTEN: string;
  readonly NGINX_TLS: string;
  readonly NGINX_RUN_DIR: string;
  readonly NGINX_ACCESS_LOG: string;
}

const nginxTemplate = join(projectRoot(import.meta.url), 'deploy/nginx/nginx.conf.template');

/** The shipped configuration, filled in as the image fills it in: nginx's own variables, which are named otherwise, stay. */
export async function nginxConfiguration(variables: NginxVariables): Promise<string> {
  const template = await readFile(nginxTemplate, 'utf8');
  return Object.entries<string>({ ...variables }).reduce(
    (text, [name, value]) => text.replaceAll(`\${${name}}`, value),
    // The header names them too, and a value may have several lines.
    template.replaceAll(/^#.*\n/gm, ''),
  );
}

/** Both lists of gateways, from addresses such as `127.0.0.1:4001`. */
export const toUpstreams = (
  addresses: readonly string[],
): Pick<NginxVariables, 'NGINX_GATEWAYS' | 'NGINX_SOCKETS'> => ({
  NGINX_GATEWAYS: addresses.map((address) => `server ${address} max_fails=1 fail_timeout=1s;`).join(' '),
  NGINX_SOCKETS: addresses.map((address) => `server ${address} max_fails=0;`).join(' '),
});
