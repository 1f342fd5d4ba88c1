import { alerts } from './alerts/alerts.ts';
import { attacks } from './attacks/attacks.ts';
import { backstop } from './backstop/backstop.ts';
import { carts } from './carts/carts.ts';
import { bytes } from './bytes/bytes.ts';
import { buyers } from './buyers/buyers.ts';
import { clicks } from './clicks/clicks.ts';
import { coherence } from './coherence/coherence.ts';
import { compiled } from './compiled/compiled.ts';
import { conversations } from './conversations/conversations.ts';
import { cost } from './cost/cost.ts';
import { crash } from './crash/crash.ts';
import { deliveries } from './deliveries/deliveries.ts';
import { disconnect } from './disconnect/disconnect.ts';
import { faults } from './faults/faults.ts';
import { halfDone } from './half-done/half-done.ts';
import { hitCost } from './hit-cost.ts';
import { ids } from './ids/ids.ts';
import { newcomer } from './newcomer.ts';
import { optOut } from './opt-out/opt-out.ts';
import { outages } from './outages/outages.ts';
import { overhead } from './overhead/overhead.ts';
import { overload } from './overload/overload.ts';
import { ownWrites } from './own-writes/own-writes.ts';
import { permissions } from './permissions.ts';
import { presence } from './presence.ts';
import type { Proof } from './proof.ts';
import { races } from './races/races.ts';
import { rateLimit } from './rate-limit/rate-limit.ts';
import { search } from './search/search.ts';
import { redirects } from './redirects/redirects.ts';
import { sends } from './sends/sends.ts';
import { signOut } from './sign-out.ts';
import { slowClients } from './slow-clients/slow-clients.ts';
import { stampede } from './stampede/stampede.ts';
import { stalePrice } from './stale-price.ts';
import { targets } from './targets/targets.ts';
import { topology } from './topology/topology.ts';
import { transfers } from './transfers/transfers.ts';
import { warmStart } from './warm-start/warm-start.ts';

/** All proofs, in the order in which `all` runs them. */
export const proofs: readonly Proof[] = [
  races,
  permissions,
  cost,
  compiled,
  stalePrice,
  ownWrites,
  signOut,
  outages,
  crash,
  backstop,
  newcomer,
  coherence,
  stampede,
  warmStart,
  deliveries,
  sends,
  optOut,
  conversations,
  carts,
  buyers,
  halfDone,
  transfers,
  disconnect,
  overload,
  faults,
  rateLimit,
  slowClients,
  attacks,
  alerts,
  overhead,
  bytes,
  hitCost,
  presence,
  ids,
  search,
  targets,
  redirects,
  clicks,
  topology,
];
