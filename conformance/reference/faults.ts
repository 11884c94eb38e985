import type { Fault } from './fault.ts'
import { answerFaults } from './faults-of-answers.ts'
import { dataFaults } from './faults-of-data.ts'
import { transportFaults } from './faults-of-transport.ts'

const all = { ...answerFaults, ...dataFaults, ...transportFaults }
export type FaultName = keyof typeof all

/** The ways in which the reference server can fail to conform, one at a time. */
export const faults: Readonly<Record<FaultName, Fault>> = all
