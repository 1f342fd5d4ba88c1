/** A cluster spreads its keys over so many slots, and its slots over its masters. */
export const slotCount = 16_384;

/** The slot of a key: CRC16 (XMODEM) of the key, or of what stands between its first `{` and the next `}`. */
export function slotOf(key: string): number {
  let crc = 0;
  for (const byte of Buffer.from(tagOf(key)))
    crc = ((crc << 8) & 0xffff) ^ (table[((crc >> 8) ^ byte) & 0xff] ?? 0);
  return crc % slotCount;
}

function tagOf(key: string): string {
  const start = key.indexOf('{');
  const end = start < 0 ? -1 : key.indexOf('}', start + 1);
  // An empty tag is none.
  return end > start + 1 ? key.slice(start + 1, end) : key;
}

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc & 0xffff;
});
