import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { projectRoot } from '../../config/project-root.ts';

export const root = projectRoot(import.meta.url);
export const readText = (file: string): string => readFileSync(join(root, file), 'utf8');

export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>> | readonly string[];
  readonly networks?: { readonly default: { readonly ipv4_address: string } };
  readonly read_only?: boolean;
  readonly stop_grace_period?: string;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** `docker-compose.yml` with its anchors resolved, and these variables of the operator filled in. */
export function readCompose(
  given: Readonly<Record<string, string>>,
  text = readText('docker-compose.yml'),
): ComposeFile {
  return interpolated(parse(text, { merge: true }), given) as ComposeFile;
}

function interpolated(value: unknown, given: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return interpolate(value, given);
  if (Array.isArray(value)) return value.map((each) => interpolated(each, given));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, interpolated(each, given)]));
}

/** `${NAME}`, `${NAME:-fallback}` and `${NAME:?message}`, as Compose has it. Throws where a needed one is not given. */
function interpolate(text: string, given: Readonly<Record<string, string>>): string {
  return text.replaceAll(
    /\$\{([A-Z_]+)(?::([-?])([^}]*))?\}/g,
    (_all, name: string, kind: string | undefined, rest: string) => {
      const value = given[name] ?? '';
      if (value === '' && kind === '?') throw new Error(`${name} ${rest}`);
      return value === '' && kind === '-' ? rest : value;
    },
  );
}

/** Names and addresses under which services reach each other. */
export const hostsOf = ({ services }: ComposeFile): ReadonlyMap<string, ComposeService> =>
  new Map(
    Object.entries(services).flatMap(([name, service]) => {
      const address = service.networks?.default.ipv4_address;
      return [[name, service] as const, ...(address === undefined ? [] : [[address, service] as const])];
    }),
  );
