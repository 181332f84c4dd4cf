import {
  Sidebar,
  SidebarDivider,
  SidebarItem,
  SidebarSpace,
} from '@backstage/core-components';
import type { NavContentComponentProps } from '@backstage/plugin-app-react';

/** The daily pages on top in the order of use, the rest below the space. */
export function Navigation({ navItems }: NavContentComponentProps) {
  const nav = navItems.withComponent(item => (
    <SidebarItem icon={() => item.icon} to={item.href} text={item.title} />
  ));
  // The graph belongs to an entity, where its page shows it; alone it asks what to draw.
  nav.take('page:catalog-graph');
  return (
    <Sidebar>
      {nav.take('page:app/home')}
      {nav.take('page:gitops-events')}
      {nav.take('page:catalog')}
      {nav.take('page:scaffolder')}
      <SidebarSpace />
      <SidebarDivider />
      {nav.rest({ sortBy: 'title' })}
    </Sidebar>
  );
}
