import { createSchema } from '../../graphql/schema.ts';
import { callers } from './callers.ts';
import { probe, type ProbedDoor } from './probe.ts';

const rootTypes = ['Query', 'Mutation', 'Subscription'];

/** `docs/authorisation.md`: what the probe saw of the served schema, formatted as prettier does. */
export async function authorisationDocument(): Promise<string> {
  const doors = await probe(createSchema());
  const types = [...new Set(doors.map(({ type }) => type))].sort(rootTypesFirst);
  const sections = types.map((name) => `## ${name}\n\n${table(doors.filter(({ type }) => type === name))}\n`);
  return [introduction, ...sections].join('\n');
}

const introduction = `# Who may read and do what

Each row is a field of the served schema, each column a caller; each cell says what happened when the field was called
by that caller. Generated: \`npm run docs\` writes it anew, and a test fails while it differs from what the schema does.
A changed cell is a changed right, so read the difference as such in a review.

${callers.map(({ name, meaning }) => `- **${name}**: ${meaning}`).join('\n')}

\`allowed\` means that the call reached the resolver, which may still find nothing for this caller, as \`node\` does with
somebody else's session. Everything else is the error code that the client gets. \`STEP_UP_REQUIRED (BANK), then …\`
tells first what happens while the scope is closed, then what happens once it is open. A field is reached only through
the fields above it: a refusal there hides it too. A subscription has two rows: starting the stream, and each event.
`;

function table(doors: readonly ProbedDoor[]): string {
  const head = ['field', ...callers.map(({ name }) => name)];
  const body = doors.map((door) => [label(door), ...callers.map(({ name }) => door.verdicts[name])]);
  const widths = head.map((_, column) => Math.max(...[head, ...body].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function label({ type, field, door }: ProbedDoor): string {
  if (type !== 'Subscription') return field;
  return door === 'subscribe' ? `${field}: start` : `${field}: event`;
}

function rootTypesFirst(one: string, other: string): number {
  return rank(one) - rank(other) || one.localeCompare(other, 'en');
}

function rank(type: string): number {
  const place = rootTypes.indexOf(type);
  return place === -1 ? rootTypes.length : place;
}
