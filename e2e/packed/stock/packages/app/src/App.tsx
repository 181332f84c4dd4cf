import { createApp } from '@backstage/frontend-defaults';
import catalogPlugin from '@backstage/plugin-catalog/alpha';

// `app.packages: all` finds the rest, as the README of the plugin says.
export default createApp({ features: [catalogPlugin] });
