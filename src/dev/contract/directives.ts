import {
  DirectiveLocation,
  isSpecifiedDirective,
  type GraphQLArgument,
  type GraphQLDirective,
  type GraphQLSchema,
} from 'graphql';
import type { Change } from './change.ts';
import { compareDefault } from './defaults.ts';
import type { Members } from './members.ts';

const executable: ReadonlySet<string> = new Set([
  DirectiveLocation.QUERY,
  DirectiveLocation.MUTATION,
  DirectiveLocation.SUBSCRIPTION,
  DirectiveLocation.FIELD,
  DirectiveLocation.FRAGMENT_DEFINITION,
  DirectiveLocation.FRAGMENT_SPREAD,
  DirectiveLocation.INLINE_FRAGMENT,
  DirectiveLocation.VARIABLE_DEFINITION,
]);

/** Whether an operation can carry it. The others, such as `@cost`, are the server's notes to itself. */
export const isForClients = ({ locations }: GraphQLDirective): boolean =>
  locations.some((location) => executable.has(location));

/** Those of graphql-js come with it; `@deprecated` is judged where it stands. */
const isOwn = (directive: GraphQLDirective) => !isSpecifiedDirective(directive);

/** graphql-js looks at which directives and arguments there are, not at the arguments' types and defaults. */
export function compareDirectives(
  before: GraphQLSchema,
  after: GraphQLSchema,
  released: Members,
  present: Members,
): readonly Change[] {
  const common = after.getDirectives().flatMap((is) => {
    const was = before.getDirective(is.name);
    return was == null || !isOwn(is) ? [] : [{ was, is }];
  });
  return [
    ...common.filter(({ was }) => isForClients(was)).flatMap(({ was, is }) => compareArguments(was, is)),
    ...tellDefinitions(before, after),
    ...tellApplied(released, present),
  ];
}

function compareArguments(was: GraphQLDirective, is: GraphQLDirective): readonly Change[] {
  return was.args.flatMap((before): readonly Change[] => {
    const after = is.args.find(({ name }) => name === before.name);
    if (after === undefined) return [];
    const place = { coordinate: `@${is.name}(${after.name}:)`, kind: 'argument', directives: [] } as const;
    const changed = compareDefault({ ...before, ...place }, { ...after, ...place });
    const retyped: Change = {
      class: 'breaking',
      kind: 'DIRECTIVE_ARG_CHANGED_KIND',
      text: `${place.coordinate} changed type from ${String(before.type)} to ${String(after.type)}.`,
    };
    return [...(takesWhat(before, after) ? [] : [retyped]), ...(changed === undefined ? [] : [changed])];
  });
}

/** The same type, or the same where null is allowed now. */
const takesWhat = (before: GraphQLArgument, after: GraphQLArgument) =>
  [String(before.type), String(before.type).replace(/!$/, '')].includes(String(after.type));

function tellDefinitions(before: GraphQLSchema, after: GraphQLSchema): readonly Change[] {
  const names = new Set(
    [...before.getDirectives(), ...after.getDirectives()].filter(isOwn).map(({ name }) => name),
  );
  return [...names].flatMap((name): readonly Change[] => {
    const [was, is] = [before.getDirective(name), after.getDirective(name)];
    if (written(was) === written(is)) return [];
    const what = was == null ? 'is new' : is == null ? 'is gone' : 'is declared otherwise';
    return [{ class: 'safe', kind: 'DIRECTIVE', text: `@${name} ${what}.` }];
  });
}

/** As it is declared, without its descriptions. */
function written(directive: GraphQLDirective | null | undefined): string | undefined {
  if (directive == null) return undefined;
  const { locations, isRepeatable, args } = directive;
  return JSON.stringify([
    locations.toSorted(),
    isRepeatable,
    args.map(({ name, type, defaultValue }) => [name, String(type), defaultValue ?? null]),
  ]);
}

function tellApplied(released: Members, present: Members): readonly Change[] {
  return [...present.values()].flatMap((is): readonly Change[] => {
    const was = released.get(is.coordinate);
    if (was === undefined) return [];
    const [before, after] = [was.directives.filter(isNote), is.directives.filter(isNote)];
    if (before.join(' ') === after.join(' ')) return [];
    const text = `${is.coordinate} carries ${after.join(' ') || 'nothing'} instead of ${before.join(' ') || 'nothing'}.`;
    return [{ class: 'safe', kind: 'DIRECTIVES_APPLIED', text }];
  });
}

/** The specified ones mean something to clients, and are judged by what they mean. */
const isNote = (directive: string) => !/^@(?:deprecated|specifiedBy|oneOf)\b/.test(directive);
