import { NotFoundError } from '@backstage/errors';
import type { IntakeDecisions } from '../bus/intake/intakeDecisions';
import type { Transport } from '../bus/intake/brokeredBus';
import type { Handlers } from './handlers';

/** Routes below `/v1/intakes`. */
export const intakeHandlers = (
  transport: Transport | undefined,
  decisions: IntakeDecisions,
): Pick<Handlers, 'letIntakeGoOn' | 'letIntakeGo'> => ({
  async letIntakeGoOn({ params: { partition }, body, by }) {
    await decisions.letIntakeGoOn({ partition, ...body, by });
    const intakes = (await transport?.intakes()) ?? [];
    const view = intakes.find(intake => intake.partition === partition);
    if (!view) throw new NotFoundError('There is no such partition.');
    return view;
  },
  async letIntakeGo({ params: { partition }, body, by }) {
    await decisions.letIntakeGo({ partition, ...body, by });
    return { partition };
  },
});
