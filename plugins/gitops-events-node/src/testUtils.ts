/**
 * Contract suites and fixtures for those who implement our interfaces.
 *
 * @packageDocumentation
 */
export * from './testUtils/changeHostContract';
export * from './testUtils/eventBusContract';
export * from './testUtils/eventFixture';
