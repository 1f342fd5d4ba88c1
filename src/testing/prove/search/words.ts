import type { Random } from '../../../clock/random.ts';
import { createZipf } from '../targets/zipf.ts';

/** Words as shops use them, the most frequent first, then a long tail of names that hardly anybody uses. */
const common =
  'set steel cotton black white classic wooden kettle lamp bag chair mini glass leather table cover cup shoe garden box ' +
  'outdoor blue organic premium case light holder stand copper kitchen storage bottle shirt folding soft travel wireless ' +
  'vintage ceramic brush cable red mug pan teapot bowl basket blanket candle clock cushion desk drawer fork frame grinder ' +
  'hammer hook jacket jar knife ladder linen mirror mount notebook oven pillow planter plate puzzle rack radio ribbon rug ' +
  'scarf shelf silver sofa speaker spoon stool strap sunglasses tent thermos toaster towel tray tripod trowel umbrella vase ' +
  'wallet watch whisk wool wrench yarn zip café crème größe naïve';
const syllables =
  'ba be bi bo da de di do fa ga ka ke ki la le li lo ma me mi mo na ne no pa ra re ri ro sa se si ta te ti to va wa za'.split(
    ' ',
  );
const tail = 4_000;

export interface Words {
  /** One of them, by Zipf's law. */
  readonly one: (random: Random) => string;
  readonly text: (random: Random, count: number) => string;
}

export function createWords(random: Random): Words {
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const name = () => Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(syllables)).join('');
  const words = [...new Set([...common.split(' '), ...Array.from({ length: tail }, name)])];
  const zipf = createZipf(words.length);
  const one = (by: Random) => words[zipf(by)] ?? '';
  return { one, text: (by, count) => Array.from({ length: count }, () => one(by)).join(' ') };
}

/**
 * Different queries of one to three words, the last of them now and then only begun, as while somebody types. The words come
 * as often as in the products.
 */
export function differentQueries(words: Words, random: Random, count: number): readonly string[] {
  const queries = new Set<string>();
  while (queries.size < count) {
    const query = words.text(random, 1 + Math.floor(random() * 3));
    const isBegun = random() < 0.3;
    queries.add(isBegun ? query.slice(0, Math.max(3, query.length - 2)).trim() : query);
  }
  return [...queries];
}
