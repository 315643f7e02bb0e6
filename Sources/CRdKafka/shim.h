#pragma once
#include <librdkafka/rdkafka.h>
// The mock cluster that the library carries: for the tests.
#include <librdkafka/rdkafka_mock.h>
