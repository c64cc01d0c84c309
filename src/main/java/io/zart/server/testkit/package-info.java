/** Tests of handlers without a database and without waiting: the real engine on a journal in memory and a clock moved by hand. */
package io.zart.server.testkit;
