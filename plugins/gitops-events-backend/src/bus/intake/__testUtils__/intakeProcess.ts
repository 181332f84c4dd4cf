// A process to be stopped or killed: takes in what a broker has, of which each such process has the same log in memory.
import {
  incomingEvent,
  MemoryBroker,
} from '@gitops-events/plugin-gitops-events-node/testUtils';
import knexFactory from 'knex';
import { quietLogger } from '../../../git/__testUtils__/fixtures';
import { Nudges } from '../../../nudges';
import { Standstills } from '../../../pipeline/standstills';
import { startIntake } from '../intakeLoop';

async function main([connection, replica, count]: string[]): Promise<void> {
  const broker = new MemoryBroker();
  await broker.publish(
    Array.from({ length: Number(count) }, (_, at) =>
      incomingEvent({ id: `${at}` }),
    ),
  );
  startIntake({
    ...{ broker, replica, logger: quietLogger },
    knex: knexFactory({
      client: 'pg',
      connection: { ...JSON.parse(connection), application_name: replica },
    }),
    nudges: new Nudges(),
    standstills: new Standstills(),
    ingresses: [{ name: 'registry', partitions: 1 }],
    leaseMs: 1_000,
    // A probe would stand in the log of one alone.
    quietMs: 600_000,
  });
}

void main(process.argv.slice(2));
