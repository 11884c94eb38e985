/** Where code asks for a flag, and what it takes when nobody answers. */
import type { Location } from '../../location.ts'
import type { FlagPlatform } from '../flag.ts'

export interface FlagEvaluation {
  key: string
  /** `openfeature` asks whatever platform is behind it. */
  sdk: FlagSdk
  /** As written in the code; left out where it is no literal. */
  default?: { value: unknown }
  /** On or off is asked for, whatever variants there are. */
  asksOnOff: boolean
  /** The file says that it uses such a library; else the call only looks like it. */
  sure: boolean
  /** The function of the code that asks, where it is not the library's own. */
  via?: string
  location: Location
}

export type FlagSdk = 'openfeature' | Exclude<FlagPlatform, 'flagd'>

export interface DynamicEvaluation {
  location: Location
  /** The expression, at most 80 characters. */
  text: string
}
