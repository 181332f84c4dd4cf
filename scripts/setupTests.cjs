// Tests wait for real servers, also on slow machines: longer than the 4.5 s that are usual.
const waitForExpect = require('wait-for-expect');

const wait = waitForExpect.default ?? waitForExpect;
wait.defaults.timeout = 30_000;
