-- What is broken, and on which side, as the person who has the device chose it: asked by the kind of device.
alter table fault_report add column part text, add column side text;
