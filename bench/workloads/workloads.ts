import { catalogue } from './catalogue.ts';
import { history } from './history.ts';
import { list } from './list.ts';
import { mixed } from './mixed.ts';
import { product } from './product.ts';
import { redirect } from './redirect.ts';
import type { Workload } from './workload.ts';

/** In the order of the table. */
export const workloads: readonly Workload[] = [product, list, catalogue, history, redirect, mixed];
