import { authPack } from './auth.ts'
import { databasePack } from './database.ts'
import { mailPack } from './mail.ts'
import { namesPack } from './names.ts'
import { numbersPack } from './numbers.ts'
import type { Pack } from './pack.ts'
import { paymentPack } from './payment.ts'
import { placesPack } from './places.ts'
import { referencesPack } from './references.ts'
import { shapesPack } from './shapes.ts'
import { telemetryPack } from './telemetry.ts'
import { textsPack } from './texts.ts'
import { transportPack } from './transport.ts'

/** All of them; a contract switches one off by its name, with a reason. */
export const packs: readonly Pack[] = [
  paymentPack,
  mailPack,
  databasePack,
  authPack,
  telemetryPack,
  transportPack,
  placesPack,
  textsPack,
  namesPack,
  numbersPack,
  shapesPack,
  referencesPack,
]
