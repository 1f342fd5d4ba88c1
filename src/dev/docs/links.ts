import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * The relative links of a Markdown file, pictures among them, that lead nowhere: no such file, or no such heading in it.
 * `file` is where the text stands, from `root`; links to other sites are not followed.
 */
export function brokenLinks(root: string, file: string, text: string): readonly string[] {
  return linksOf(text).filter((link) => {
    const [target = '', anchor] = link.split('#', 2);
    const absolute = path.resolve(root, path.dirname(file), decodeURI(target));
    const linked = target === '' ? text : readLinked(absolute);
    if (linked === undefined) return true;
    const isMarkdown = target === '' || absolute.endsWith('.md');
    return anchor !== undefined && isMarkdown && !anchorsOf(linked).has(anchor);
  });
}

/** Text of a file, nothing of a folder; undefined where there is neither. */
function readLinked(absolute: string): string | undefined {
  if (!existsSync(absolute)) return undefined;
  return statSync(absolute).isDirectory() ? '' : readFileSync(absolute, 'utf8');
}

/** `](target)`, `[name]: target`, and the attributes of embedded HTML. */
const linkPattern = /\]\(([^)\s]+)|^\[[^\]]+\]:\s+(\S+)|\b(?:href|src|srcset)="([^"\s]+)/gm;

function linksOf(text: string): readonly string[] {
  const prose = withoutCodeBlocks(text).replaceAll(/`[^`\n]*`/g, '');
  return [...prose.matchAll(linkPattern)]
    .map(([, inline, reference, attribute]) => inline ?? reference ?? attribute ?? '')
    .filter((link) => !/^[a-z][a-z0-9+.-]*:/i.test(link));
}

/** As GitHub names headings: lower case, hyphens for spaces, no other punctuation, repeated ones counted. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const given = new Map<string, number>();
  for (const [, heading = ''] of withoutCodeBlocks(text).matchAll(/^#{1,6} +(.+?)(?: +#+)?$/gm)) {
    const slug = plainText(heading)
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const count = given.get(slug) ?? 0;
    given.set(slug, count + 1);
    anchors.add(count === 0 ? slug : `${slug}-${count}`);
  }
  for (const [, id = ''] of text.matchAll(/\b(?:id|name)="([^"]+)"/g)) anchors.add(id);
  return anchors;
}

const plainText = (heading: string) => heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1');
const withoutCodeBlocks = (text: string) => text.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '');
