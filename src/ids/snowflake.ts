/** Milliseconds of an id count from here: 2025-01-01T00:00Z. 41 bits last until 2094. */
export const epochMs = Date.UTC(2025, 0, 1);

/** Behind the milliseconds: 10 bits of the worker's number, 12 of the sequence within the millisecond. */
const sequenceBits = 12n;
const workerBits = 10n;
const timeShift = workerBits + sequenceBits;

/** How many workers can give out ids at the same time. */
export const workerCount = 2 ** Number(workerBits);

/** When the id was given out. */
export const momentOf = (id: string): Date => new Date(Number(BigInt(id) >> timeShift) + epochMs);
