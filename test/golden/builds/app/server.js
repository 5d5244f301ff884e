// served
