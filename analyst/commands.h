/* commands.h - the commands of `tocsin`, one file each. Each takes its own arguments behind argv[0], which
 * messages name it by, and returns the exit status. Proved by tests/integration/test_usage.py. */
#ifndef TOCSIN_ANALYST_COMMANDS_H
#define TOCSIN_ANALYST_COMMANDS_H

int report_main(int argc, char **argv);
int priorities_main(int argc, char **argv);
int export_main(int argc, char **argv);
int backtest_main(int argc, char **argv);
int subscribe_main(int argc, char **argv);
int status_main(int argc, char **argv);
int backup_main(int argc, char **argv);
int rejects_main(int argc, char **argv);
int check_main(int argc, char **argv);
int import_main(int argc, char **argv);
int verify_main(int argc, char **argv);
int demo_main(int argc, char **argv);
int stats_main(int argc, char **argv);
int series_main(int argc, char **argv);
int alerts_main(int argc, char **argv);
int alert_main(int argc, char **argv);
int ack_main(int argc, char **argv);
int comment_main(int argc, char **argv);
int reopen_main(int argc, char **argv);
int silence_main(int argc, char **argv);
int unsilence_main(int argc, char **argv);
int silences_main(int argc, char **argv);
int deliveries_main(int argc, char **argv);

#endif
