-- Nothing: these tables may be a Magento's own, and they hold its customers.
SELECT 1;
