/**
 * Contract suites and fixtures for those who implement our interfaces.
 *
 * @packageDocumentation
 */
export * from './testUtils/bareRepository';
export type { ChangeHostSetup } from './testUtils/changeHostCalls';
export * from './testUtils/changeHostContract';
export * from './testUtils/changeHostFaults';
export * from './testUtils/changeHostModel';
export * from './testUtils/describeWhere';
export * from './testUtils/eventBrokerContract';
export * from './testUtils/eventBusContract';
export * from './testUtils/eventFixture';
export * from './testUtils/eventSenders';
export * from './testUtils/eventSourceContract';
export * from './testUtils/faults';
export * from './testUtils/forge';
export * from './testUtils/forgePeople';
export * from './testUtils/git';
export * from './testUtils/memoryBroker';
export * from './testUtils/memoryChangeHost';
export * from './testUtils/memorySource';
export * from './testUtils/policyCheckContract';
export * from './testUtils/proposedChange';
export * from './testUtils/syncTrackerContract';
export * from './testUtils/textFile';
