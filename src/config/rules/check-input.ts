/** What `config check` works on: everything is given, nothing is read (no I/O, no clock). */
import type { ConfigContract } from '../contract/config-contract.ts'
import type { ContractPath } from '../contract/parse-contract.ts'
import type { Declaration } from '../declarations/declaration.ts'
import type { KeyRead } from '../key-read.ts'
import type { Location } from '../location.ts'
import type { LoadedEnvironment } from '../repository/load-environments.ts'

export interface CheckInput {
  environments: readonly LoadedEnvironment[]
  contract?: ConfigContract
  /** Where something stands in the contract. */
  placeOf?: (path: ContractPath) => Location
  /** Left out where the code was not looked at: nothing is then said about what is read. */
  reads?: readonly KeyRead[]
  /** The code also reads keys that cannot be told from its text: a key without a read may be read after all. */
  readsOpenly?: boolean
  declarations?: readonly Declaration[]
  /** `2027-01-31`. */
  today: string
}
