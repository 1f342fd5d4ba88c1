import type { Dependencies } from '../dependencies.ts';
import { createAccounts } from './accounts.ts';
import { createBalances } from './balances.ts';
import { createLoans } from './loans.ts';
import { createTransactions } from './transactions.ts';
import { createTransfers } from './transfers.ts';

/** The domain of money: who has how much, and where it came from. */
export function createBank(dependencies: Dependencies) {
  const transactions = createTransactions(dependencies);
  return {
    accounts: createAccounts(dependencies),
    balances: createBalances(dependencies),
    transactions,
    loans: createLoans(dependencies),
    transfers: createTransfers({ transactions, ...dependencies }),
  };
}
