"""The first tables: logins on their way, and whose itsme belongs to which user."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """Makes both tables."""

    initial = True

    dependencies = [  # noqa: RUF012 - as Django writes it
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [  # noqa: RUF012 - as Django writes it
        migrations.CreateModel(
            name="Login",
            fields=[
                ("login_id", models.CharField(max_length=255, primary_key=True, serialize=False)),
                ("phase", models.CharField(max_length=16)),
                ("version", models.IntegerField()),
                ("created_at", models.FloatField(db_index=True)),
                ("expires_at", models.FloatField(db_index=True)),
                ("due_at", models.FloatField(db_index=True, null=True)),
                ("bound", models.BooleanField()),
                ("attempts", models.IntegerField()),
                ("state_digest", models.BinaryField()),
                ("browser_digest", models.BinaryField()),
                ("departure", models.BinaryField()),
                ("answer", models.BinaryField()),
                ("reference", models.BinaryField()),
                ("reason", models.TextField(blank=True)),
                ("delivered_at", models.FloatField(null=True)),
                ("signed_out", models.BooleanField()),
                ("code_digest", models.BinaryField()),
                ("code_until", models.FloatField()),
                ("code_tries", models.IntegerField()),
            ],
            options={
                "verbose_name": "login",
                "db_table": "itsme_django_login",
            },
        ),
        migrations.CreateModel(
            name="ItsmeAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("itsme_user_id", models.CharField(max_length=255, unique=True, verbose_name="itsme userId")),
                ("login_id", models.CharField(max_length=255)),
                ("linked_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="itsme_accounts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "itsme account",
                "db_table": "itsme_django_account",
            },
        ),
    ]
