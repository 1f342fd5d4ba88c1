import type { Dependencies } from '../dependencies.ts';
import { lazily } from '../lazily.ts';
import { createAccounts } from './accounts.ts';
import { createBalances } from './balances.ts';
import { createLoans } from './loans.ts';
import { createTransactions } from './transactions.ts';
import { createTransfers } from './transfers.ts';

/** The domain of money: who has how much, and where it came from. */
export const createBank = lazily({
  accounts: (dependencies: Dependencies) => createAccounts(dependencies),
  balances: (dependencies: Dependencies) => createBalances(dependencies),
  transactions: (dependencies: Dependencies) => createTransactions(dependencies),
  loans: (dependencies: Dependencies) => createLoans(dependencies),
  transfers: (dependencies: Dependencies) =>
    createTransfers({ transactions: createTransactions(dependencies), ...dependencies }),
});
