"""Reports: what passed the doors, in sentences, tables and figures. Nothing else may stand in one."""
